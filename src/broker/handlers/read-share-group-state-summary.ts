import { readShareGroupStateSummaryApi } from '../../protocol/generated/read-share-group-state-summary.js';
import { readShareStateSummary } from '../../state/share/read-share-state.js';
import type { ShareStateSummary } from '../../state/share/share-state.js';
import { handler } from '../handler.js';
import { callSharePartitions, namesNothing } from '../share-state-call.js';

export const readShareGroupStateSummary = handler({
  api: readShareGroupStateSummaryApi,
  async handle(request, context) {
    if (namesNothing(request)) return { results: [] };
    const results = await callSharePartitions(context, request, {
      name: 'read share group state summary',
      command: (key) => (machine, call, state) => readShareStateSummary(machine, call, key, state),
      fields: (summary: ShareStateSummary) => summary,
    });
    return { results };
  },
});
