import { testLettingGo } from './letting-go.ts';

testLettingGo('fetch');
