import type { CallId } from '../../base/machine.js';
import type { RegisterControllerRecord } from '../../protocol/generated/register-controller-record.js';
import { type Decision, decide } from './decision.js';

export function registerController(call: CallId, registration: RegisterControllerRecord): Decision {
  return decide(call, null, [{ type: 'RegisterControllerRecord', version: 0, value: registration }]);
}
