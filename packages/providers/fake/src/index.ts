export { fake } from './fake.ts';
