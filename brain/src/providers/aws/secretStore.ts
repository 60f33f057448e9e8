import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import type { KeyStore } from '../keyStore.ts';
import { nameOf } from '../s3/client.ts';

/** A secret of Secrets Manager; one that was never written is undefined. */
export function secretStore(secretId: string, config: SecretsManagerClientConfig = {}): KeyStore {
  const client = new SecretsManagerClient(config);
  return {
    load: async () => {
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString;
      } catch (error) {
        if (nameOf(error) === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    },
    save: async (text) => {
      await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: text }));
    },
  };
}
