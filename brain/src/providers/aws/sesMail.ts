import { SESv2Client, type SESv2ClientConfig, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Mail } from '../mail.ts';

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });

/** Mail through SES from a verified address. */
export function sesMail(from: string, config: SESv2ClientConfig = {}): Mail {
  const client = new SESv2Client(config);
  return {
    send: async ({ to, subject, text }) => {
      await client.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [to] },
          Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text) } } },
        }),
      );
    },
  };
}
