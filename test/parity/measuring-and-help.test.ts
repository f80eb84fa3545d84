import { checkOwnParity } from './kit.js';

checkOwnParity('tools that measure and verify, and the help of all', [
  'perf-*',
  'e2e-*',
  'verifiable-*',
  'run-class*',
  'connect-plugin-path*',
  'help-*',
]);
