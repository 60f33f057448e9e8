/** One plain-text message. */
export interface Message {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends mail: to a folder of files locally (and a line on the console that names the file), by SES in the cloud. */
export interface Mail {
  send(message: Message): Promise<void>;
}
