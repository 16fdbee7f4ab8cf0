import { describe, expect, it } from 'vitest';
import { Heap } from './heap.ts';
import { SeededRng } from '../rng.ts';

describe('a heap', () => {
  it('gives numbers back in order, whatever order they went in', () => {
    const rng = new SeededRng('heap');
    const heap = new Heap<number>((a, b) => a < b);
    const numbers = Array.from({ length: 500 }, () => rng.below(100));
    for (const number of numbers) heap.push(number);
    expect(heap.peek()).toBe(Math.min(...numbers));
    const out = numbers.map(() => heap.pop());
    expect(out).toEqual([...numbers].sort((a, b) => a - b));
    expect([heap.size, heap.peek(), heap.pop()]).toEqual([0, undefined, undefined]);
  });

  it('takes items between others that come out', () => {
    const heap = new Heap<number>((a, b) => a < b);
    heap.push(5);
    heap.push(3);
    expect(heap.pop()).toBe(3);
    heap.push(4);
    heap.push(9);
    expect([heap.pop(), heap.pop(), heap.pop()]).toEqual([4, 5, 9]);
  });
});
