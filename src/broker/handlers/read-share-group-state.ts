import { readShareGroupStateApi } from '../../protocol/generated/read-share-group-state.js';
import { readShareState } from '../../state/share/read-share-state.js';
import type { ShareState } from '../../state/share/share-state.js';
import { handler } from '../handler.js';
import { callSharePartitions, namesNothing } from '../share-state-call.js';

export const readShareGroupState = handler({
  api: readShareGroupStateApi,
  async handle(request, context) {
    if (namesNothing(request)) return { results: [] };
    const results = await callSharePartitions(context, request, {
      name: 'read share group state',
      command:
        (key, { leaderEpoch }) =>
        (machine, call, state) =>
          readShareState(machine, call, key, leaderEpoch, state),
      fields: ({ stateEpoch, startOffset, batches }: ShareState) => ({
        stateEpoch,
        startOffset,
        stateBatches: [...batches],
      }),
    });
    return { results };
  },
});
