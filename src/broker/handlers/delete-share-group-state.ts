import { deleteShareGroupStateApi } from '../../protocol/generated/delete-share-group-state.js';
import { deleteShareState } from '../../state/share/delete-share-state.js';
import { handler } from '../handler.js';
import { callSharePartitions, namesNothing } from '../share-state-call.js';

export const deleteShareGroupState = handler({
  api: deleteShareGroupStateApi,
  async handle(request, context) {
    if (namesNothing(request)) return { results: [] };
    const results = await callSharePartitions(context, request, {
      name: 'delete share group state',
      command: (key) => (machine, call, state) => deleteShareState(machine, call, key, state),
      fields: (_: null) => ({}),
    });
    return { results };
  },
});
