import { LoginError } from './mechanism.js';
import type { OAuthToken } from './oauth-token.js';

const PREFIX = 'unsecuredLogin';
const STRING_CLAIM = `${PREFIX}StringClaim_`;
const NUMBER_CLAIM = `${PREFIX}NumberClaim_`;
const LIST_CLAIM = `${PREFIX}ListClaim_`;
export const UNSECURED_EXTENSION = `${PREFIX}Extension_`;
const DEFAULT_LIFETIME_SECONDS = '3600';
/** These are what the login says they are. */
const RESERVED: ReadonlySet<string> = new Set(['iat', 'exp']);

/**
 * A token that nobody signed, of the claims among the options of the login module: what Kafka's login module makes
 * without a handler of its own. For development alone.
 *
 * @throws LoginError with Java's message
 */
export function unsecuredToken(options: ReadonlyMap<string, string>, nowMs: number): OAuthToken {
  const principalClaim = options.get(`${PREFIX}PrincipalClaimName`)?.trim() || 'sub';
  const lifetimeText = options.get(`${PREFIX}LifetimeSeconds`) ?? DEFAULT_LIFETIME_SECONDS;
  const lifetimeSeconds = numberOf(lifetimeText);
  const claims = new Map<string, unknown>();
  for (const [option, value] of options) {
    const name = option.slice(option.indexOf('_') + 1);
    if (name === '' || !/^unsecuredLogin(?:String|Number|List)Claim_/.test(option)) continue;
    if (RESERVED.has(name)) throw new LoginError(`Cannot explicitly set the '${name}' claim`);
    if (option.startsWith(STRING_CLAIM)) claims.set(name, value);
    else if (option.startsWith(NUMBER_CLAIM)) claims.set(name, numberOf(value));
    else if (option.startsWith(LIST_CLAIM)) claims.set(name, listOf(value));
  }
  const principal = claims.get(principalClaim);
  if (principal === undefined || principal === '') {
    throw new LoginError(`No principal name in JWT claim: ${principalClaim}`);
  }
  if (typeof principal !== 'string') throw new LoginError(`The '${principalClaim}' claim was not of type String`);
  const expiresMs = nowMs + lifetimeSeconds * 1000;
  claims.set('iat', nowMs / 1000).set('exp', expiresMs / 1000);
  const value = `${encoded({ alg: 'none' })}.${encoded(Object.fromEntries(claims))}.`;
  return { value, issuedMs: nowMs, expiresMs };
}

function numberOf(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new LoginError(`For input string: "${text}"`);
  return value;
}

/** The first character parts the entries. */
function listOf(text: string): string[] {
  if (text.length < 2) return [];
  const entries = text.slice(1).split(text[0] as string);
  while (entries.at(-1) === '') entries.pop();
  return entries;
}

const encoded = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url');
