declare module 'pino-roll' {
  import type { DestinationStream } from 'pino';

  interface RollOptions {
    file: string;
    extension?: string;
    frequency?: 'daily' | 'hourly' | number;
    size?: string;
    limit?: { count: number };
    mkdir?: boolean;
    sync?: boolean;
  }
  export default function roll(options: RollOptions): Promise<DestinationStream>;
}
