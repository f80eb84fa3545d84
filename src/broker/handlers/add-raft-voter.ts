import { KafkaError } from '../../protocol/errors.js';
import { type AddRaftVoterRequest, addRaftVoterApi } from '../../protocol/generated/add-raft-voter.js';
import { handler } from '../handler.js';
import { checkCluster, checkDynamic, checkVoter, refusal, votersText, voterText } from '../raft-voter-checks.js';
import type { BrokerServices } from '../services.js';

/** Nobody but this node votes: others cannot follow its log, and are as good as not there. */
export const addRaftVoter = handler({
  api: addRaftVoterApi,
  handle: (request, { services }) => refusal(() => refuse(request, services)),
});

/** @throws KafkaError */
function refuse(request: AddRaftVoterRequest, services: BrokerServices): never {
  checkCluster(request.clusterId, services);
  checkVoter(request, 'Add');
  const { listenerName } = services.quorum;
  if (!request.listeners.some(({ name }) => name === listenerName)) {
    const given = request.listeners.map(({ name, host, port }) => `ListenerName(${name})=${host}/<unresolved>:${port}`);
    const text = `Add voter request didn't include the endpoint (Endpoints(endpoints={${given.join(', ')}}))`;
    throw new KafkaError('INVALID_REQUEST', `${text} for the default listener ListenerName(${listenerName})`);
  }
  checkDynamic(services, 'adding');
  if (request.voterId === services.nodeId) {
    const text = `The voter id for ${voterText(request)} is already part of the set of voters ${votersText(services)}.`;
    throw new KafkaError('DUPLICATE_VOTER', text);
  }
  throw new KafkaError('REQUEST_TIMED_OUT', `New voter ${voterText(request)} is not ready to receive requests`);
}
