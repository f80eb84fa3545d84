import { KafkaError } from '../../protocol/errors.js';
import { type RemoveRaftVoterRequest, removeRaftVoterApi } from '../../protocol/generated/remove-raft-voter.js';
import { handler } from '../handler.js';
import { checkCluster, checkDynamic, checkVoter, refusal, votersText, voterText } from '../raft-voter-checks.js';
import type { BrokerServices } from '../services.js';

/** The last voter of a quorum cannot leave it. */
export const removeRaftVoter = handler({
  api: removeRaftVoterApi,
  handle: (request, { services }) => refusal(() => refuse(request, services)),
});

/** @throws KafkaError */
function refuse(request: RemoveRaftVoterRequest, services: BrokerServices): never {
  checkCluster(request.clusterId, services);
  checkVoter(request, 'Remove');
  checkDynamic(services, 'removing');
  const text = `Cannot remove voter ${voterText(request)} from the set of voters ${votersText(services)}`;
  throw new KafkaError('VOTER_NOT_FOUND', text);
}
