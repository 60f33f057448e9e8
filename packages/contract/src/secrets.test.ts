import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutSecretFields, withoutSecrets } from './secrets.ts';

test('e-mail addresses, web tokens and signatures leave texts, the rest stays', () => {
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl';
  const written = withoutSecrets({
    alias: 'scan of jane.doe@hospital.example.org, left knee',
    note: `called with ${token}`,
    presigned_url: 'https://bucket.example.org/a/b.dat?X-Amz-Signature=abc',
    key: 'MR Optimum/7/signal.dat',
    NR: 20,
    list: [null, true, 'x@y.de'],
  });
  expect(written).toEqual({
    alias: 'scan of [removed], left knee',
    note: 'called with [removed]',
    presigned_url: 'https://bucket.example.org/a/b.dat',
    key: 'MR Optimum/7/signal.dat',
    NR: 20,
    list: [null, true, '[removed]'],
  });
});

test('addresses needed to fetch data survive in the job itself', () => {
  const address = 'https://bucket.example.org/a.dat?X-Amz-Signature=abc';
  expect(withoutSecretFields({ presigned_url: address })).toEqual({ presigned_url: address });
});

test('property: what holds no secret is copied as it is, also awkward field names', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('__proto__', 'a', 'constructor', 'NR'), fc.integer()),
      (value) => {
        expect(Object.entries(withoutSecrets(value))).toEqual(Object.entries(value));
      },
    ),
  );
});
