import type { Random } from '../../../base/host.js';
import type { UserScramCredentialRecord } from '../../../protocol/generated/user-scram-credential-record.js';
import {
  MAX_SCRAM_ITERATIONS,
  MIN_SCRAM_ITERATIONS,
  type ScramMechanism,
  saltedPassword,
  scramMechanismNamed,
  serverKey,
  storedKey,
} from '../../../protocol/scram-keys.js';
import { ToolError, uncaught } from '../../tool-error.js';

const SALT_BYTES = 20;

/**
 * The credential of `--add-scram 'SCRAM-SHA-256=[name=alice,password=alice-secret]'`.
 *
 * @throws ToolError with Kafka's message
 */
export function scramCredential(argument: string, random: Random): UserScramCredentialRecord {
  const { mechanism, components } = parseArgument(argument.trim());
  const name = take(components, 'name');
  if (name === null) throw new ToolError("You must supply 'name' to add-scram");
  const givenSalt = takeBytes(components, 'salt', 'salt');
  const iterations = takeIterations(components);
  const password = take(components, 'password');
  const givenSaltedPassword = password === null ? takeSaltedPassword(components, givenSalt) : null;
  if (password !== null) components.delete('saltedpassword');
  if (components.size > 0) {
    throw new ToolError(`Unknown SCRAM configurations: ${[...components.keys()].sort().join(', ')}`);
  }
  checkIterations(iterations, mechanism);
  if (password === '') {
    throw uncaught('java.lang.IllegalArgumentException', "The 'password' for add-scram must not be empty", 'Empty key');
  }
  const salt = givenSalt ?? random.bytes(SALT_BYTES);
  const salted = givenSaltedPassword ?? saltedPassword(mechanism, password ?? '', salt, iterations);
  return {
    name,
    mechanism: mechanism.type,
    salt,
    storedKey: storedKey(mechanism, salted),
    serverKey: serverKey(mechanism, salted),
    iterations,
  };
}

function parseArgument(argument: string): { mechanism: ScramMechanism; components: Map<string, string> } {
  const equals = argument.indexOf('=');
  if (equals < 0) throw new ToolError(`Failed to find equals sign in SCRAM argument '${argument}'`);
  const mechanismName = argument.slice(0, equals);
  const mechanism = scramMechanismNamed(mechanismName);
  if (mechanism === null) throw new ToolError(`The add-scram mechanism ${mechanismName} is not supported.`);
  const settings = argument.slice(equals + 1);
  if (!settings.startsWith('[')) throw new ToolError('Expected configuration string to start with [');
  if (!settings.endsWith(']')) throw new ToolError('Expected configuration string to end with ]');
  return { mechanism, components: parseComponents(settings.slice(1, -1)) };
}

function parseComponents(text: string): Map<string, string> {
  const components = new Map<string, string>();
  const parts = text.split(',');
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  for (const part of parts) {
    const equals = part.indexOf('=');
    if (equals < 0) throw new ToolError(`No equals sign found in SCRAM component: ${part}`);
    const value = part.slice(equals + 1);
    components.set(part.slice(0, equals), /^".*"$/s.test(value) ? value.slice(1, -1) : value);
  }
  return components;
}

function take(components: Map<string, string>, name: string): string | null {
  const value = components.get(name) ?? null;
  components.delete(name);
  return value;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

function takeBytes(components: Map<string, string>, name: string, shownName: string): Buffer | null {
  const text = take(components, name);
  if (text === null) return null;
  if (!BASE64.test(text)) throw new ToolError(`Failed to decode given ${shownName}: ${text}`);
  return Buffer.from(text, 'base64');
}

function takeSaltedPassword(components: Map<string, string>, salt: Buffer | null): Buffer {
  if (!components.has('saltedpassword')) {
    throw new ToolError("You must supply one of 'password' or 'saltedpassword' to add-scram");
  }
  if (salt === null) throw new ToolError("You must supply 'salt' with 'saltedpassword' to add-scram");
  return takeBytes(components, 'saltedpassword', 'saltedPassword') as Buffer;
}

function takeIterations(components: Map<string, string>): number {
  const text = take(components, 'iterations');
  if (text === null) return MIN_SCRAM_ITERATIONS;
  if (!/^[+-]?\d+$/.test(text) || Math.abs(Number(text)) > 0x7fff_ffff) {
    throw new ToolError(`Failed to parse iterations count: ${text}`);
  }
  return Number(text);
}

function checkIterations(iterations: number, { name }: ScramMechanism): void {
  const forWhat = `for add-scram using ${name.replaceAll('-', '_')}`;
  if (iterations < MIN_SCRAM_ITERATIONS) {
    throw new ToolError(`The 'iterations' value must be >= ${MIN_SCRAM_ITERATIONS} ${forWhat}`);
  }
  if (iterations > MAX_SCRAM_ITERATIONS) {
    throw new ToolError(`The 'iterations' value must be <= ${MAX_SCRAM_ITERATIONS} ${forWhat}`);
  }
}
