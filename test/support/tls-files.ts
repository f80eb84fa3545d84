import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DIRECTORY = new URL('../../../test/fixtures/tls/', import.meta.url);

/** The path of a certificate or key store of `test/fixtures/tls`. */
export const tlsPath = (name: string): string => fileURLToPath(new URL(name, DIRECTORY));

export const tlsFile = (name: string): Buffer => readFileSync(tlsPath(name));

export const tlsText = (name: string): string => tlsFile(name).toString();
