import { initializeShareGroupStateApi } from '../../protocol/generated/initialize-share-group-state.js';
import { initializeShareState } from '../../state/share/initialize-share-state.js';
import { handler } from '../handler.js';
import { callSharePartitions } from '../share-state-call.js';

export const initializeShareGroupState = handler({
  api: initializeShareGroupStateApi,
  async handle(request, context) {
    const results = await callSharePartitions(context, request, {
      name: 'initialize share group state',
      command:
        (key, { stateEpoch, startOffset }) =>
        (machine, call, state) =>
          initializeShareState(machine, call, key, stateEpoch, startOffset, state),
      fields: (_: null) => ({}),
    });
    return { results };
  },
});
