/** An id of 22 characters in the form in which Java prints uuids, as it stands in the ids of members. */
export function javaUuid(id: string): string {
  const hex = Buffer.from(id, 'base64url').toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
