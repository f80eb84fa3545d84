import { ToolError } from '../../tool-error.js';

export interface NamedLevel {
  readonly feature: string;
  readonly level: number;
}

/** Reads `feature=level`. @throws ToolError */
export function parseFeatureLevel(argument: string): NamedLevel {
  const equals = argument.indexOf('=');
  const text = `Can't parse feature=level string ${argument}`;
  if (equals < 0) throw new ToolError(`${text}: equals sign not found.`);
  const levelText = argument.slice(equals + 1).trim();
  const level = Number(levelText);
  if (!/^[+-]?\d+$/.test(levelText) || level < -0x8000 || level > 0x7fff) {
    throw new ToolError(`${text}: unable to parse ${levelText} as a short.`);
  }
  return { feature: argument.slice(0, equals).trim(), level };
}
