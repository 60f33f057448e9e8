/** Keys that sign access tokens: one signs, all verify until the tokens of the older ones have ended. */
export interface SigningKeys {
  readonly issuer: string;
  sign(claims: {
    readonly sub: string;
    readonly audience: string;
    readonly expiresInSeconds: number;
  }): Promise<string>;
  /** Subject and time of issue of a valid token; undefined for any other. */
  verify(
    token: string,
    audience: string,
  ): Promise<{ readonly sub: string; readonly issuedAt: Date } | undefined>;
}
