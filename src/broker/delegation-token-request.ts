/** Requests about delegation tokens (KIP-48) from connections that are not authenticated. */

/** Only whoever is authenticated himself may ask for a token, or about one. */
export const TOKENS_NOT_ALLOWED = 'DELEGATION_TOKEN_REQUEST_NOT_ALLOWED';

/** The principal of such a connection. */
export const ANONYMOUS = { type: 'User', name: 'ANONYMOUS' } as const;
