import type { Clock, Logger } from '../../base/host.js';
import { asError } from '../client-errors.js';
import { LoginError } from './mechanism.js';

/** What stands for the user with OAUTHBEARER. */
export interface OAuthToken {
  /** As it is sent: a JWT in its compact form. */
  readonly value: string;
  readonly issuedMs: number | null;
  readonly expiresMs: number;
}

/** Which claims of a token name its user and scope. */
export interface ClaimNames {
  readonly sub: string;
  readonly scope: string;
}

/** Looks at a token as Kafka's clients do before they send it; the broker is who checks its signature. @throws LoginError */
export function readToken(value: string, names: ClaimNames): OAuthToken {
  const sections = value.split('.');
  if (sections.length !== 3 || sections.some((section) => section === '')) {
    throw new LoginError('Malformed JWT provided; expected three sections (header, payload, and signature)');
  }
  const claims = jsonOf(sections[1] as string);
  const sub = claims[names.sub];
  const { exp, iat } = claims;
  if (exp === undefined || exp === null) throw new LoginError('exp value must be non-null');
  if (typeof exp !== 'number') throw new LoginError('exp value must be a number');
  if (sub === undefined || sub === null) throw new LoginError(`${names.sub} value must be non-null`);
  if (typeof sub !== 'string' || sub.trim() === '') throw new LoginError(`${names.sub} value must not be empty`);
  checkScope(claims[names.scope], names.scope);
  return { value, issuedMs: typeof iat === 'number' ? iat * 1000 : null, expiresMs: exp * 1000 };
}

function checkScope(scope: unknown, name: string): void {
  const isList = Array.isArray(scope) && scope.every((one) => typeof one === 'string');
  if (scope === undefined || scope === null || typeof scope === 'string' || isList) return;
  throw new LoginError(`${name} value must be text or a list of texts`);
}

function jsonOf(section: string): Record<string, unknown> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(section, 'base64url').toString());
    if (typeof claims === 'object' && claims !== null) return claims as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new LoginError('the payload of the JWT is not JSON');
}

export interface RefreshWindow {
  /** The part of a token's life after which a new one is fetched, and by how much more at random. */
  readonly factor: number;
  readonly jitter: number;
  readonly minPeriodSeconds: number;
  readonly bufferSeconds: number;
}

/** Keeps a token as long as it is fresh. One that cannot be renewed serves until it expires. */
export class TokenKeeper {
  private readonly fetch: () => Promise<OAuthToken>;
  private readonly window: RefreshWindow;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly fraction: number;
  private token: OAuthToken | null = null;
  private refreshAtMs = 0;
  private fetching: Promise<OAuthToken> | null = null;

  /** @param fraction of [0, 1), for the jitter */
  constructor(
    fetch: () => Promise<OAuthToken>,
    window: RefreshWindow,
    machine: { readonly clock: Clock; readonly logger: Logger; readonly fraction: number },
  ) {
    this.fetch = fetch;
    this.window = window;
    this.clock = machine.clock;
    this.logger = machine.logger;
    this.fraction = machine.fraction;
  }

  /** @throws LoginError */
  async current(): Promise<OAuthToken> {
    const { token, clock } = this;
    if (token !== null && clock.nowMs() < this.refreshAtMs) return token;
    this.fetching ??= this.renew().finally(() => {
      this.fetching = null;
    });
    try {
      return await this.fetching;
    } catch (error) {
      if (token === null || clock.nowMs() >= token.expiresMs) throw error;
      const why = asError(error).message;
      this.logger.warn(`The token could not be renewed, and the one at hand is used as long as it lasts: ${why}`);
      return token;
    }
  }

  private async renew(): Promise<OAuthToken> {
    const fresh = await this.fetch();
    this.token = fresh;
    this.refreshAtMs = this.refreshTimeMs(fresh);
    return fresh;
  }

  /** As Java reckons: not right after the last time, and some time before the end, where there is room for both. */
  private refreshTimeMs({ issuedMs, expiresMs }: OAuthToken): number {
    const { factor, jitter, minPeriodSeconds, bufferSeconds } = this.window;
    const nowMs = this.clock.nowMs();
    const startMs = Math.min(issuedMs ?? nowMs, nowMs);
    const wishedMs = startMs + (expiresMs - startMs) * (factor + jitter * this.fraction);
    const earliestMs = nowMs + minPeriodSeconds * 1000;
    const latestMs = expiresMs - bufferSeconds * 1000;
    return earliestMs >= latestMs ? wishedMs : Math.max(earliestMs, Math.min(wishedMs, latestMs));
  }
}
