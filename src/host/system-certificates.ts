import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';

/** Where systems keep the authorities that they trust, all in one file: Debian, Red Hat, SUSE, Alpine and macOS. */
const BUNDLES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * The authorities that this machine trusts, in PEM: those of the system, or Node's own where it has none. The variables
 * SSL_CERT_FILE and NODE_EXTRA_CA_CERTS count as they do elsewhere.
 */
export function systemCertificates(env: NodeJS.ProcessEnv = process.env): string[] {
  const extra = certificatesOf(env.NODE_EXTRA_CA_CERTS);
  const bundles = env.SSL_CERT_FILE ? [env.SSL_CERT_FILE] : BUNDLES;
  for (const path of bundles) {
    const found = certificatesOf(path);
    if (found.length > 0) return [...found, ...extra];
  }
  return [...nodeCertificates(), ...extra];
}

/** Windows and macOS keep theirs out of files; newer versions of Node read them from there. */
function nodeCertificates(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: 'system') => string[] };
  const system = getCACertificates?.('system') ?? [];
  return system.length > 0 ? system : tls.rootCertificates;
}

function certificatesOf(path: string | undefined): string[] {
  if (path === undefined || path === '') return [];
  try {
    return readFileSync(path, 'latin1').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  } catch {
    return [];
  }
}
