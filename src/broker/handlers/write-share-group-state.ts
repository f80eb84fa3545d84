import { writeShareGroupStateApi } from '../../protocol/generated/write-share-group-state.js';
import { writeShareState } from '../../state/share/write-share-state.js';
import { handler } from '../handler.js';
import { callSharePartitions, namesNothing } from '../share-state-call.js';

export const writeShareGroupState = handler({
  api: writeShareGroupStateApi,
  async handle(request, context) {
    if (namesNothing(request)) return { results: [] };
    const results = await callSharePartitions(context, request, {
      name: 'write share group state',
      command: (key, partition) => {
        const { stateEpoch, leaderEpoch, startOffset, deliveryCompleteCount, stateBatches: batches } = partition;
        const write = { stateEpoch, leaderEpoch, startOffset, deliveryCompleteCount, batches };
        return (machine, call, state) => writeShareState(machine, call, key, write, state);
      },
      fields: (_: null) => ({}),
    });
    return { results };
  },
});
