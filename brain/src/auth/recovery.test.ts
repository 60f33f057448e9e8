import { expect, test } from 'vitest';
import { createPlatform } from '../../test/platform.ts';

test('who has no mail is not told whether there is such an account, but the operator is', async () => {
  const platform = await createPlatform();
  try {
    await platform.addUser('ada');
    Object.assign(platform.deps.mail, {
      send: async () => {
        throw new Error('the address is not verified');
      },
    });
    const ask = (email: string) => platform.ask('POST', '/api/auth/forgot-password', { body: { email } });
    const [known, unknown] = [await ask('ada@lab.example'), await ask('nobody@lab.example')];
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
    expect(platform.logged.filter((line) => line.includes('not sent'))).toHaveLength(1);
  } finally {
    await platform.close();
  }
});
