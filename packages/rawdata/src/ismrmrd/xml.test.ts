import { MroError } from '@mroptimum/contract';
import { describe, expect, it } from 'vitest';
import { randomIntegers } from '../../../contract/test/mutation.ts';
import { child, numberAt, parseXml, textAt } from './xml.ts';

const parse = (text: string) => parseXml(new TextEncoder().encode(text), 'x.h5');

describe('XML header', () => {
  it('reads elements, entities, CDATA, namespaces and empty elements; passes over comments and attributes', () => {
    const root = parse(`<?xml version="1.0"?><!-- <a>no</a> -->
      <m:head xmlns:m="u" note="1 > 0"><m:a>1 &lt; 2 &amp; &#x41;&#66;é</m:a><b/><c><![CDATA[<x> & y]]></c>
      <d> 12.5 </d></m:head>`);
    expect(root.name).toBe('head');
    expect(textAt(root, 'a')).toBe('1 < 2 & ABé');
    expect(textAt(root, 'b')).toBeUndefined();
    expect(textAt(root, 'c')).toBe('<x> & y');
    expect(numberAt(root, 'd')).toBe(12.5);
    expect(child(root, 'd', 'e')).toBeUndefined();
  });

  it('gives the bytes of a value', () => {
    const text = '<a><n>é</n><b>Name</b></a>';
    const bytes = new TextEncoder().encode(text);
    const { start, end } = child(parseXml(bytes, 'x'), 'b')!;
    expect(new TextDecoder().decode(bytes.subarray(start, end))).toBe('Name');
  });

  it('refuses what is not closed, declarations and nothing', () => {
    for (const text of [
      '<a><b></a>',
      '<a>',
      '',
      'text',
      '<!DOCTYPE a><a/>',
      '<a',
      '<a><!-- </a>',
      '</a>',
      '<>x</>',
    ]) {
      expect(() => parse(text)).toThrow(MroError);
    }
    expect(() => parse('<a>'.repeat(100))).toThrow(MroError);
  });

  it('ends for any text', () => {
    const random = randomIntegers(5);
    const letters = '<>/ab!-[]?"\'& ;#x1=';
    for (let i = 0; i < 20_000; i++) {
      const text = Array.from({ length: random(40) }, () => letters[random(letters.length)]).join('');
      try {
        parse(`<a>${text}</a>`);
      } catch (error) {
        if (!(error instanceof MroError)) throw error;
      }
    }
  });
});
