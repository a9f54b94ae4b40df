import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  SMTPServer,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server';

/** A mail that a server has taken. */
export interface ReceivedMail {
  /** The envelope: to whom it really goes, whatever its headers say. */
  readonly to: readonly string[];
  /** Headers by name in lower case, each as it stands, unfolded. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly text: string;
  readonly isEncrypted: boolean;
  readonly user: string | undefined;
}

/**
 * `refuse`: 451 at the end of the mail. `hang`: reads it and does not answer, until it is released. `break
 * off`: reads it and ends the connection.
 */
export type Manners = 'accept' | 'refuse' | 'hang' | 'break off';

/** A real SMTP server that keeps what it gets. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  manners: Manners = 'accept';
  /** Addresses that it does not know. */
  readonly unknown = new Set<string>();
  private readonly held: (() => void)[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: SMTPServer;

  private constructor(options: SMTPServerOptions) {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 100,
      onAuth: ({ username, password }, _session, done) =>
        password === 'right' ? done(null, { user: username }) : done(new Error('wrong password')),
      onRcptTo: ({ address }, _session, done) =>
        this.unknown.has(address)
          ? done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }))
          : done(),
      onData: (stream, session, done) => void this.receive(stream, session, done),
      ...options,
    });
    this.server.server.on('connection', (socket: Socket) => this.sockets.add(socket));
    // A client that goes away, or trusts no certificate of this server, is no failure of a test.
    this.server.on('error', () => undefined);
  }

  static async start(options: SMTPServerOptions = {}): Promise<MailServer> {
    const mailServer = new MailServer(options);
    await once(mailServer.server.listen(0, '127.0.0.1'), 'listening');
    return mailServer;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** How many mails it keeps waiting. */
  get pending(): number {
    return this.held.length;
  }

  forget(): void {
    this.mails.length = 0;
    this.unknown.clear();
    this.held.length = 0;
    this.manners = 'accept';
  }

  /** Takes what it has kept waiting. */
  release(): void {
    this.held.splice(0).forEach((take) => take());
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    done: (error?: Error | null) => void,
  ): Promise<void> {
    const source = await text(stream);
    switch (this.manners) {
      case 'accept':
        this.mails.push(mailOf(source, session));
        return done();
      case 'refuse':
        return done(Object.assign(new Error('come back later'), { responseCode: 451 }));
      case 'hang':
        this.held.push(() => {
          this.mails.push(mailOf(source, session));
          done();
        });
        return;
      case 'break off':
        this.sockets.forEach((socket) => socket.destroy());
    }
  }
}

function mailOf(source: string, { envelope, secure, user }: SMTPServerSession): ReceivedMail {
  const end = source.indexOf('\r\n\r\n');
  const headers = new Map<string, string[]>();
  for (const line of source
    .slice(0, end)
    .replaceAll(/\r\n(?=[ \t])/g, '')
    .split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  const isQuotedPrintable = headers.get('content-transfer-encoding')?.[0] === 'quoted-printable';
  const body = source.slice(end + 4);
  return {
    to: envelope.rcptTo.map(({ address }) => address),
    headers,
    text: isQuotedPrintable ? fromQuotedPrintable(body) : body,
    isEncrypted: secure,
    user,
  };
}

function fromQuotedPrintable(body: string): string {
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
