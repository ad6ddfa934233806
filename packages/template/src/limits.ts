/** What a template may use up. Each has an error that names it: SIGNET_TEMPLATE_LIMIT. */
export interface Limits {
  /** Bytes of template text. Default 1 MiB. */
  readonly templateBytes: number;
  /** Bytes a rendering may put out. Default 1 MiB. */
  readonly outputBytes: number;
  /** Bytes of all values made on the way, together. Default 64 MiB. */
  readonly workBytes: number;
  /**
   * Actions and function calls carried out; functions that loop add their rounds. Default 1,000,000.
   *
   * What is slow by its nature counts for many, and for fewer than its time: 25 bcrypt or htpasswd, ten derivePassword, ten RSA
   * keys of 2048 bits (genCA, genSelfSignedCert, genSignedCert), five of 4096 bits or of DSA take all of the default; each of these
   * is one to a few seconds.
   */
  readonly steps: number;
  /** Depth of template calls and of nested values. Default 1,000 (nodes of a parse tree nest 200 deep at most). */
  readonly depth: number;
}

export const defaultLimits: Limits = {
  templateBytes: 1 << 20,
  outputBytes: 1 << 20,
  workBytes: 64 << 20,
  steps: 1_000_000,
  depth: 1_000,
};
