import type { JoinGroupRequest } from '../../protocol/generated/join-group.js';

/** What a command needs to know of its caller beside the request. */
export interface ClientFacts {
  readonly clientId: string;
  readonly clientHost: string;
  readonly version: number;
}

/** From here on a member must come back with the id it is given (KIP-394). */
const FIRST_VERSION_WITH_KNOWN_ID = 4;
/** Whether a member has to come back with the id that it is given now. */
export const needsKnownId = (request: JoinGroupRequest, client: ClientFacts): boolean =>
  request.memberId === '' && request.groupInstanceId === null && client.version >= FIRST_VERSION_WITH_KNOWN_ID;
