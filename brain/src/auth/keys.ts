/** What an access token says. */
export interface AccessClaims {
  /** User. */
  readonly sub: string;
  /** The signed-in session it belongs to. */
  readonly sid: string;
}

/** Keys that sign access tokens: one signs, all verify until the tokens of the older ones have ended. */
export interface SigningKeys {
  readonly issuer: string;
  sign(
    claims: AccessClaims & { readonly audience: string; readonly expiresInSeconds: number },
  ): Promise<string>;
  /** What a valid token says and when it was issued; undefined for any other. */
  verify(token: string, audience: string): Promise<(AccessClaims & { readonly issuedAt: Date }) | undefined>;
}
