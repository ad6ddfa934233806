/** What a template may use up. Each has an error that names it: SIGNET_TEMPLATE_LIMIT. */
export interface Limits {
  /** Bytes of template text. Default 1 MiB. */
  readonly templateBytes: number;
  /** Bytes a rendering may put out. Default 1 MiB. */
  readonly outputBytes: number;
  /** Bytes of all values made on the way, together. Default 64 MiB. */
  readonly workBytes: number;
  /** Actions and function calls carried out; functions that loop add their rounds. Default 1,000,000, some 200 ms. */
  readonly steps: number;
  /**
   * Calls that are slow by their nature, by weight: bcrypt and htpasswd 1 (50 ms), derivePassword 2, an RSA key of 2048 bits 2 (genCA,
   * genSelfSignedCert, genSignedCert), one of 4096 bits or of DSA 8 (genPrivateKey; up to seconds). Default 16.
   */
  readonly slow: number;
  /**
   * The net below the other limits, far above what they let pass: the thread's work without slow calls, looked at now and then.
   * Default 2,000. What ends here and not at another limit depends on the machine.
   */
  readonly milliseconds: number;
  /** Depth of template calls and of nested values. Default 1,000 (nodes of a parse tree nest 200 deep at most). */
  readonly depth: number;
}

export const defaultLimits: Limits = {
  templateBytes: 1 << 20,
  outputBytes: 1 << 20,
  workBytes: 64 << 20,
  steps: 1_000_000,
  slow: 16,
  milliseconds: 2_000,
  depth: 1_000,
};
