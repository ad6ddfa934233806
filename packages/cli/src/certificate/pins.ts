/** A sealing key that values may be sealed with. Undefined parts: wherever it comes from. */
export interface Pin {
  readonly fingerprint: string;
  /** Name of the kubeconfig's context it counts for. */
  readonly context?: string | undefined;
  /** `namespace/name` of the controller's Service it counts for. */
  readonly controller?: string | undefined;
  /** The day its certificate ends, for people and for removing it then. */
  readonly validUntil?: string | undefined;
}

/** Where a certificate comes from, as far as it is known. */
export interface Origin {
  /** The context that the command line names. */
  readonly context?: string | undefined;
  /** `namespace/name` of the Service that served it. */
  readonly controller?: string | undefined;
}

/** True unless the pin is for another context or controller than the one that is known. Pure. */
export function applies(pin: Pin, origin: Origin): boolean {
  const fits = (wanted: string | undefined, known: string | undefined): boolean =>
    wanted === undefined || known === undefined || wanted === known;
  return fits(pin.context, origin.context) && fits(pin.controller, origin.controller);
}

/** Fingerprint of a public key, as OpenSSH writes it. */
export function isFingerprint(text: string): boolean {
  return /^SHA256:[A-Za-z0-9+/]{43}$/.test(text);
}

/**
 * The pins of a file's value: `pins` is a list of fingerprints, or of mappings with one.
 *
 * @returns what is wrong with it, in words, when it is no such value: a pin that is misspelled must not count as one
 */
export function readPins(value: unknown): readonly Pin[] | string {
  if (!isRecord(value) || !Array.isArray(value['pins'])) return 'it has no list named pins';
  const strange = Object.keys(value).find((key) => key !== 'pins');
  if (strange !== undefined) return `it has an unknown field ${JSON.stringify(strange)}`;
  const pins: Pin[] = [];
  for (const [index, item] of value['pins'].entries()) {
    const pin = readPin(typeof item === 'string' ? { fingerprint: item } : item);
    if (typeof pin === 'string') return `pin ${index + 1} ${pin}`;
    pins.push(pin);
  }
  return pins;
}

const known = ['fingerprint', 'context', 'controller', 'validUntil'] as const;

function readPin(item: unknown): Pin | string {
  if (!isRecord(item)) return 'is not a fingerprint';
  const strange = Object.keys(item).find((key) => !known.some((name) => name === key));
  if (strange !== undefined) return `has an unknown field ${JSON.stringify(strange)}`;
  const wrong = known.find((name) => item[name] !== undefined && typeof item[name] !== 'string');
  if (wrong !== undefined) return `has a ${wrong} that is no text`;
  const { fingerprint } = item;
  if (typeof fingerprint !== 'string' || !isFingerprint(fingerprint)) return 'has no fingerprint (SHA256:...)';
  return item as unknown as Pin;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
