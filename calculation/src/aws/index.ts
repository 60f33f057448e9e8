export { handler } from '../app.ts';
export { choosePlan, type Machines, type Need, type Plan } from '../platform.ts';
export { type Architecture, fargateCost, lambdaCost, prices } from './prices.ts';
