/** One part of a PEM file: `-----BEGIN label-----`, base64, `-----END label-----`. */
export interface PemPart {
  readonly label: string;
  /** As it stands in the file, with its two lines. */
  readonly text: string;
}

const PART = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g;

/** The parts in their order; whatever stands around them is left out, as in the output of `openssl pkcs12`. */
export function pemParts(text: string): PemPart[] {
  return [...text.matchAll(PART)].map(([part, label = '']) => ({ label, text: part }));
}

export function pemOf(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

export const certificatesOf = (text: string): string[] =>
  pemParts(text)
    .filter(({ label }) => label === 'CERTIFICATE')
    .map((part) => part.text);
