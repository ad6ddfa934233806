/** What requests are signed with. Its parts are private, so that no logger and no `JSON.stringify` shows them. */
export class Keys {
  readonly #accessKeyId: string;
  readonly #secretAccessKey: string;
  readonly #sessionToken: string | undefined;
  /** Milliseconds since the epoch; undefined: they do not end by themselves. */
  readonly expiresAt: number | undefined;

  constructor(parts: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
    readonly expiresAt?: number | undefined;
  }) {
    this.#accessKeyId = parts.accessKeyId;
    this.#secretAccessKey = parts.secretAccessKey;
    this.#sessionToken = parts.sessionToken;
    this.expiresAt = parts.expiresAt;
  }

  /** The parts, for the SDK's signer and nobody else. */
  forSigner(): { accessKeyId: string; secretAccessKey: string; sessionToken?: string } {
    return {
      accessKeyId: this.#accessKeyId,
      secretAccessKey: this.#secretAccessKey,
      ...(this.#sessionToken !== undefined && { sessionToken: this.#sessionToken }),
    };
  }

  /** True when the other ones would sign alike: renewing brought nothing new. */
  isSameAs(other: Keys): boolean {
    return (
      this.#accessKeyId === other.#accessKeyId &&
      this.#secretAccessKey === other.#secretAccessKey &&
      this.#sessionToken === other.#sessionToken
    );
  }
}
