import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../base/host.js';
import {
  clientKey,
  MIN_SCRAM_ITERATIONS,
  type ScramMechanism,
  saltedPassword,
  serverKey,
  storedKey,
} from '../../protocol/scram-keys.js';
import { ConversationError, type SaslConversation, type SaslMechanism } from './mechanism.js';

const NONCE_BYTES = 18;
/** Neither binds to a channel nor acts for somebody else. */
const GS2_HEADER = 'n,,';

export interface ScramLogin {
  readonly user: string;
  readonly password: string;
  /** The user is the id of a delegation token, and the password its HMAC. */
  readonly isToken: boolean;
}

/** SCRAM (RFC 5802): neither side learns the password from the other, and each proves that it knows it. */
export function scramMechanism(mechanism: ScramMechanism, login: ScramLogin, random: Random): SaslMechanism {
  return {
    name: mechanism.name,
    begin: () =>
      Promise.resolve(new ScramConversation(mechanism, login, random.bytes(NONCE_BYTES).toString('base64url'))),
  };
}

export class ScramConversation implements SaslConversation {
  readonly first: Buffer;
  private readonly mechanism: ScramMechanism;
  private readonly password: string;
  private readonly nonce: string;
  private readonly firstBare: string;
  /** What the broker has to answer last; null before it has sent its salt. */
  private signature: Buffer | null = null;

  constructor(mechanism: ScramMechanism, { user, password, isToken }: ScramLogin, nonce: string) {
    this.mechanism = mechanism;
    this.password = password;
    this.nonce = nonce;
    this.firstBare = `n=${saslName(user)},r=${nonce}${isToken ? ',tokenauth=true' : ''}`;
    this.first = Buffer.from(GS2_HEADER + this.firstBare);
  }

  answer(challenge: Buffer): Buffer | null {
    const text = challenge.toString();
    if (this.signature === null) return this.final(text);
    this.check(text, this.signature);
    return null;
  }

  private final(serverFirst: string): Buffer {
    const { mechanism, nonce } = this;
    const [, serverNonce = '', salt, iterationText] = /^r=([^,]*),s=([^,]*),i=(\d+)(?:,.*)?$/.exec(serverFirst) ?? [];
    if (salt === undefined) throw new ConversationError(`Invalid SASL/SCRAM server first message: ${serverFirst}`);
    if (!serverNonce.startsWith(nonce)) {
      throw new ConversationError('Invalid server nonce: does not start with client nonce');
    }
    const iterations = Number(iterationText);
    if (iterations < MIN_SCRAM_ITERATIONS) {
      throw new ConversationError(
        `Requested iterations ${iterations} is less than the minimum ${MIN_SCRAM_ITERATIONS} for ${mechanism.name}`,
      );
    }
    const salted = saltedPassword(mechanism, this.password, Buffer.from(salt, 'base64'), iterations);
    const withoutProof = `c=${Buffer.from(GS2_HEADER).toString('base64')},r=${serverNonce}`;
    const authMessage = `${this.firstBare},${serverFirst},${withoutProof}`;
    const sign = (key: Buffer): Buffer => createHmac(mechanism.hash, key).update(authMessage).digest();
    const proof = xor(clientKey(mechanism, salted), sign(storedKey(mechanism, salted)));
    this.signature = sign(serverKey(mechanism, salted));
    return Buffer.from(`${withoutProof},p=${proof.toString('base64')}`);
  }

  /** Only who knows the password, or what Kafka keeps of it, can have made the signature. */
  private check(serverFinal: string, expected: Buffer): void {
    const error = /^e=([^,]*)/.exec(serverFinal)?.[1];
    if (error !== undefined) {
      throw new ConversationError(`Sasl authentication using ${this.mechanism.name} failed with error: ${error}`);
    }
    const signature = Buffer.from(/^v=([^,]*)/.exec(serverFinal)?.[1] ?? '', 'base64');
    if (signature.length === expected.length && timingSafeEqual(signature, expected)) return;
    throw new ConversationError('Invalid server signature in server final message');
  }
}

/** Commas and equals signs stand for something in messages. */
function saslName(user: string): string {
  return user.replaceAll('=', '=3D').replaceAll(',', '=2C');
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, index) => byte ^ (other[index] as number)));
}
