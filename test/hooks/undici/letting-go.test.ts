import { testLettingGo } from '../fetch/letting-go.ts';

testLettingGo('undici');
