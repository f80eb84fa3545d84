import { electLeadersApi } from '../../protocol/generated/elect-leaders.js';
import { electLeaders as command } from '../../state/controller/elect-leaders.js';
import { handler } from '../handler.js';

export const electLeaders = handler({
  api: electLeadersApi,
  handle: (request, { services }) => services.controller.run((call, context) => command(call, request, context)),
});
