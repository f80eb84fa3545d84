import { type JavaToken, JavaTokens } from './java-tokens.js';

/** One login module of a JAAS configuration. */
export interface LoginModule {
  /** The name of its Java class. */
  readonly className: string;
  readonly options: ReadonlyMap<string, string>;
}

/** A JAAS configuration that Java would refuse; the message is Java's. */
export class JaasError extends Error {
  override readonly name = 'JaasError';
}

const CONTROL_FLAGS: ReadonlySet<string> = new Set(['required', 'requisite', 'sufficient', 'optional']);

/**
 * Reads sasl.jaas.config: `class flag option="value" ...;`, once.
 *
 * @throws JaasError with Kafka's message
 */
export function parseJaasConfig(text: string): LoginModule {
  const tokens = new JavaTokens(text, '-_$', '"\'');
  const modules: LoginModule[] = [];
  for (let token = tokens.next(); token.kind !== 'end'; token = tokens.next()) {
    modules.push(kafkaModule(tokens, token));
  }
  const [only] = modules;
  if (only === undefined) throw new JaasError('Login module not specified in JAAS config');
  if (modules.length === 1) return only;
  throw new JaasError(`JAAS config property contains ${modules.length} login modules, should be 1 module`);
}

function kafkaModule(tokens: JavaTokens, first: JavaToken): LoginModule {
  const flag = tokens.next();
  if (flag.kind === 'end') throw new JaasError('Login module control flag not specified in JAAS config');
  if (textOf(flag) === null) throw new JaasError('Login module control flag is not available in the JAAS config');
  if (!CONTROL_FLAGS.has(flag.text.toLowerCase())) {
    throw new JaasError(`Invalid login module control flag '${flag.text}' in JAAS config`);
  }
  const options = new Map<string, string>();
  let key = tokens.next();
  for (; key.kind !== 'end' && !isCharacter(key, ';'); key = tokens.next()) {
    const value = isCharacter(tokens.next(), '=') ? textOf(tokens.next()) : null;
    if (value === null) throw new JaasError(`Value not specified for key '${textOf(key)}' in JAAS config`);
    options.set(textOf(key) ?? '', value);
  }
  if (key.kind === 'end') throw new JaasError('JAAS config entry not terminated by semi-colon');
  return { className: first.text, options };
}

/**
 * Reads a file that java.security.auth.login.config names: sections `Name { class flag option="value" ...; };`.
 *
 * @param property looks up what `${name}` in a value stands for
 * @throws JaasError with Java's message
 */
export function parseLoginConfiguration(
  text: string,
  property: (name: string) => string | null,
): Map<string, readonly LoginModule[]> {
  const parser = new SectionParser(text, property);
  const sections = new Map<string, readonly LoginModule[]>();
  while (!parser.isAtEnd) {
    const name = parser.text('application name');
    if (sections.has(name)) throw new JaasError(`Can not specify multiple entries for ${name}`);
    sections.set(name, parser.section());
  }
  return sections;
}

class SectionParser {
  private readonly tokens: JavaTokens;
  private readonly property: (name: string) => string | null;
  private current: JavaToken;

  constructor(text: string, property: (name: string) => string | null) {
    this.tokens = new JavaTokens(text, '-_$*', '"');
    this.property = property;
    this.current = this.tokens.next();
  }

  get isAtEnd(): boolean {
    return this.current.kind === 'end';
  }

  /** Takes a word or a text in double quotes. */
  text(what: string): string {
    const { kind, text } = this.current;
    if (kind !== 'word' && kind !== 'quoted') this.fail(`[${what}]`);
    this.current = this.tokens.next();
    return text;
  }

  section(): LoginModule[] {
    this.character('{');
    const modules: LoginModule[] = [];
    while (!isCharacter(this.current, '}')) modules.push(this.module());
    this.character('}');
    this.character(';');
    return modules;
  }

  private module(): LoginModule {
    const className = this.text('module class name');
    const flag = this.text('controlFlag').toLowerCase();
    if (!CONTROL_FLAGS.has(flag)) throw new JaasError(`Invalid control flag, ${flag.toUpperCase()}`);
    const options = new Map<string, string>();
    while (!isCharacter(this.current, ';')) {
      const key = this.text('option key');
      this.character('=');
      options.set(key, this.expanded(this.text('option value')));
    }
    this.character(';');
    return { className, options };
  }

  private expanded(value: string): string {
    return value.replace(/\$\{(.*?)\}/g, (_, name: string) => {
      if (name === '/') return '/';
      const found = this.property(name);
      if (found === null) throw new JaasError(`unable to expand property ${name}`);
      return found;
    });
  }

  private character(character: string): void {
    if (!isCharacter(this.current, character)) this.fail(`[${character}]`);
    this.current = this.tokens.next();
  }

  private fail(expected: string): never {
    const { kind, line, text } = this.current;
    if (kind === 'end') throw new JaasError(`expected ${expected}, read [end of file]`);
    throw new JaasError(`Line ${line}: expected ${expected}, found [${text}]`);
  }
}

const isCharacter = ({ kind, text }: JavaToken, character: string): boolean =>
  kind === 'character' && text === character;

const textOf = ({ kind, text }: JavaToken): string | null => (kind === 'word' || kind === 'quoted' ? text : null);
