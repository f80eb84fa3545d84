import { checkOwnParity } from './kit.js';

checkOwnParity('the tools of a quick start', ['storage-*', 'server-start-*', 'topics-*', 'producer-*', 'consumer-*']);
