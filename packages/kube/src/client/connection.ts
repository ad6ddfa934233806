/** Acting as somebody else (user impersonation of the Kubernetes API). */
export interface Impersonate {
  readonly user: string;
  readonly uid?: string | undefined;
  readonly groups?: readonly string[] | undefined;
}

/**
 * How to reach and authenticate to one API server. Plain data, so that tests write it by hand; `loadConnection` of
 * `@signet/kube/kubeconfig` makes it from a kubeconfig or a service account.
 *
 * Files are read again while the client lives, because kubelet and others rotate them in place.
 */
export interface Connection {
  /** `https://host:port`, with a path prefix if the server sits behind one. */
  readonly server: string;
  /** PEM bundle. */
  readonly ca?: string | undefined;
  readonly caFile?: string | undefined;
  readonly token?: string | undefined;
  /** Read again every 60 seconds at most, and after a 401. Wins over `token`. */
  readonly tokenFile?: string | undefined;
  /** PEM. */
  readonly clientCert?: string | undefined;
  readonly clientCertFile?: string | undefined;
  /** PEM. */
  readonly clientKey?: string | undefined;
  readonly clientKeyFile?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Name to verify the server's certificate against, and to send as SNI. */
  readonly tlsServerName?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  /** `http://proxy:port`; requests go through a CONNECT tunnel. */
  readonly proxyUrl?: string | undefined;
  /** Namespace for callers that name none. */
  readonly namespace?: string | undefined;
  readonly impersonate?: Impersonate | undefined;
  /** Milliseconds a single request may take; watches are not bound by it. */
  readonly requestTimeoutMs?: number | undefined;
  /** Sockets at most. Default 256. */
  readonly sockets?: number | undefined;
  /** An answer, or a watch, that grows longer fails. Default: no limit. */
  readonly maxAnswerBytes?: number | undefined;
  /**
   * Headers that authenticate (exec plugins, OIDC). Asked before every request; caching is the function's own affair.
   * `renew` is set after a 401: what it gave last was refused.
   */
  headers?(options?: { readonly renew: boolean }): Promise<Record<string, string>>;
  /** A client certificate that is issued while running (exec plugins). Asked before connections are made. */
  identity?(): Promise<{ readonly cert: string; readonly key: string } | undefined>;
}
