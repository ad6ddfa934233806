/** Tags of DER's universal types (X.680 section 8.6); SEQUENCE and SET with the bit that says constructed. */
export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The tag of a context-specific node that holds other nodes: `[n]` EXPLICIT, or an IMPLICIT SEQUENCE or SET. */
export function constructed(number: number): number {
  return 0xa0 | number;
}

/** The tag of a context-specific node that holds bytes: `[n]` IMPLICIT of a simple type. */
export function primitive(number: number): number {
  return 0x80 | number;
}
