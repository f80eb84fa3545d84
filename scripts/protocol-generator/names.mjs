/** MetadataRequest -> metadata-request; KRaftVersionRecord -> k-raft-version-record.
 * @param {string} name */
export const kebab = (name) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();

/** @param {string} name */
export const lowerFirst = (name) => name[0]?.toLowerCase() + name.slice(1);

/** The API's name: its request's without the word Request.
 * @param {{ name: string }} request */
export const apiName = (request) => request.name.replace(/Request$/, '');

/** The file of a message: an API's request and response share one.
 * @param {{ name: string, type: string }} schema */
export const fileOf = (schema) =>
  schema.type === 'request' || schema.type === 'response'
    ? kebab(schema.name.replace(/(Request|Response)$/, ''))
    : kebab(schema.name);
