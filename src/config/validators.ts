import { ConfigException, invalidValue } from './config-exception.js';
import { parseHostPort } from './host-port.js';
import { parseDurationMs } from './iso-duration.js';

/** What a key asks of its value beyond its type. */
export interface Validator {
  /** As Kafka's documentation names the valid values. */
  readonly text: string;
  /** Repeated entries of a list are dropped before the check. */
  readonly dropsRepeated?: boolean;
  /** `shown` is the value as Kafka prints it. @throws ConfigException with Kafka's message. */
  check(name: string, value: unknown, shown: string): void;
}

/** A bound is given as text where Kafka prints it with a point: `0.0`. */
type Bound = number | string;

export function atLeast(least: Bound): Validator {
  return {
    text: `[${least},...]`,
    check(name, value, shown) {
      if ((value as number) < Number(least)) throw invalidValue(name, shown, `Value must be at least ${least}`);
    },
  };
}

export function between(least: Bound, most: Bound): Validator {
  const lower = atLeast(least);
  return {
    text: `[${least},...,${most}]`,
    check(name, value, shown) {
      lower.check(name, value, shown);
      if ((value as number) > Number(most)) throw invalidValue(name, shown, `Value must be no more than ${most}`);
    },
  };
}

export const GZIP_LEVEL: Validator = {
  text: '[1,...,9] or -1',
  check(name, value, shown) {
    const level = value as number;
    if (level !== -1 && !(level >= 1 && level <= 9)) {
      throw invalidValue(name, shown, 'Value must be between 1 and 9 or equal to -1');
    }
  },
};

export function oneOf(...words: string[]): Validator {
  return {
    text: `[${words.join(', ')}]`,
    check(name, value) {
      if (!words.includes(value as string)) throw notOneOf(name, value as string, words);
    },
  };
}

export function oneOfAnyCase(...words: string[]): Validator {
  return {
    text: `(case insensitive) [${words.join(', ')}]`,
    check(name, value) {
      if (!words.includes((value as string).toUpperCase())) {
        throw invalidValue(name, value as string, `String must be one of (case insensitive): ${words.join(', ')}`);
      }
    },
  };
}

interface ListRules {
  /** An empty list is allowed. */
  readonly empty?: boolean;
  /** No list at all is allowed, which only a default can be. */
  readonly null?: boolean;
}

/** A list without empty entries, of which only the first of equal ones counts. */
export function distinct(rules: ListRules = {}): Validator {
  return distinctList('', 'any non-empty value', rules, () => undefined);
}

/** The same, each entry one of some words. */
export function distinctOf(words: readonly string[], rules: ListRules = {}): Validator {
  const text = `[${words.join(', ')}]`;
  return distinctList(text, text, rules, (name, entry) => {
    if (!words.includes(entry)) throw notOneOf(name, entry, words);
  });
}

function distinctList(
  text: string,
  expected: string,
  rules: ListRules,
  checkEntry: (name: string, entry: string) => void,
): Validator {
  return {
    text,
    dropsRepeated: true,
    check(name, value) {
      const entries = value as readonly string[];
      if (entries.length === 0 && !rules.empty) {
        throw new ConfigException(`Configuration '${name}' must not be empty. Valid values include: ${expected}`);
      }
      for (const entry of entries) {
        if (entry === '') throw new ConfigException(`Configuration '${name}' values must not be empty.`);
        checkEntry(name, entry);
      }
    },
  };
}

export const NON_EMPTY: Validator = {
  text: 'non-empty string',
  check(name, value) {
    if (value === '') throw invalidValue(name, '', 'String must be non-empty');
  },
};

/** Text is never null; the row says so because Kafka's documentation does. */
export const NON_NULL: Validator = { text: 'non-null string', check: () => undefined };

const THROTTLED_FORM = '[partitionId]:[brokerId],[partitionId]:[brokerId],...';

export const THROTTLED_REPLICAS: Validator = {
  text: THROTTLED_FORM,
  check(name, value) {
    const entries = (value as readonly string[]).slice();
    while (entries.at(-1) === '') entries.pop();
    if (entries.length === 1 && entries[0] === '*') return;
    if (entries.every((entry) => /^[0-9]+:[0-9]+$/.test(entry))) return;
    const rule = `${name} must be the literal '*' or a list of replicas in the following format: ${THROTTLED_FORM}`;
    throw invalidValue(name, `[${(value as readonly string[]).join(', ')}]`, rule);
  },
};

export const QUORUM_VOTERS: Validator = {
  text: 'non-empty list',
  check(name, value) {
    for (const entry of value as readonly string[]) checkVoter(name, entry);
  },
};

const VOTER_FORM = 'Each entry should be in the form `{id}@{host}:{port}`.';

function checkVoter(name: string, entry: string): void {
  const parts = entry.split('@');
  if (parts.length !== 2) throw new ConfigException(`Invalid configuration value for ${name}. ${VOTER_FORM}`);
  const [id = '', address = ''] = parts;
  if (!/^[+-]?[0-9]+$/.test(id) || Math.abs(Number(id)) > 0x7fff_ffff) {
    throw new ConfigException(`Failed to parse voter ID as an integer from ${id}`);
  }
  checkAddress(address, `Failed to parse host name from entry ${entry} for the configuration ${name}. ${VOTER_FORM}`);
}

export const QUORUM_BOOTSTRAP_SERVERS: Validator = {
  text: 'non-empty list',
  check(name, value) {
    for (const entry of value as readonly string[]) {
      const form = 'Each entry should be in the form "{host}:{port}"';
      checkAddress(entry, `Failed to parse host name from ${entry} for the configuration ${name}. ${form}`);
    }
  },
};

function checkAddress(text: string, message: string): void {
  const address = parseHostPort(text);
  if (address === null) throw new ConfigException(message);
  if (address.port > 0xffff) throw new ConfigException(`port out of range:${address.port}`);
}

export const OFFSET_RESET = offsetReset(
  ['latest', 'earliest', 'none'],
  "either 'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'",
);
export const SHARE_OFFSET_RESET = offsetReset(
  ['latest', 'earliest'],
  "either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'",
);

/** A position, or how long before now (KIP-1106). */
function offsetReset(words: readonly string[], rule: string): Validator {
  return {
    text: `[${words.join(', ')}, by_duration:PnDTnHnMn.nS]`,
    check(name, value) {
      const position = value as string;
      if (words.includes(position)) return;
      const durationMs = position.startsWith('by_duration:') ? parseDurationMs(position.slice(12)) : null;
      if (durationMs === null || durationMs < 0) throw notInForm(name, position, `be ${rule}`);
    },
  };
}

export const SHARE_ACQUIRE_MODE = modes(['batch_optimized', 'record_limit'], (word) => word.toLowerCase());
export const SHARE_ACKNOWLEDGEMENT_MODE = modes(['implicit', 'explicit'], (word) => word);

function modes(words: readonly [string, string], normal: (word: string) => string): Validator {
  return {
    text: `[${words.join(', ')}]`,
    check(name, value) {
      if (words.includes(normal(value as string))) return;
      throw notInForm(name, value as string, `either be '${words[0]}' or '${words[1]}'`);
    },
  };
}

function notInForm(name: string, value: string, rule: string): ConfigException {
  return invalidValue(name, value, `Invalid value \`${value}\` for configuration ${name}. The value must ${rule}.`);
}

function notOneOf(name: string, value: string, words: readonly string[]): ConfigException {
  return invalidValue(name, value, `String must be one of: ${words.join(', ')}`);
}
