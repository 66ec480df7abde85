/** A network that loses questions and answers, asks twice, and delivers an old push long after it was sent. */
import { type Centre, CentreError } from '#core/sync/protocol.ts';
import type { Chance } from './random.ts';
import type { Replica } from './world.ts';

export interface Weather {
  drop: number;
  lose: number;
  twice: number;
  late: number;
}

const lost = (): never => {
  throw new CentreError('the connection broke', '08006', true);
};

/** Old pushes that are still on their way, with whom they belong to. */
export interface Late {
  replica: string;
  deliver: () => Promise<unknown>;
}

export function overNetwork(
  centre: Centre,
  replica: Pick<Replica, 'name' | 'isCut'>,
  chance: Chance,
  weather: Weather,
  late: Late[],
): Centre {
  const call = async <A, R>(ask: A, method: (ask: A) => Promise<R>, isPush: boolean): Promise<R> => {
    if (replica.isCut || chance.happens(weather.drop)) lost();
    if (isPush && chance.happens(weather.late)) {
      const copy = structuredClone(ask);
      late.push({ replica: replica.name, deliver: () => method(copy) });
    }
    if (chance.happens(weather.twice)) await method(ask);
    const answer = await method(ask);
    if (chance.happens(weather.lose)) lost();
    return answer;
  };
  return {
    ...centre,
    hello: (ask) => call(ask, (value) => centre.hello(value), false),
    incarnate: (ask) => call(ask, (value) => centre.incarnate(value), false),
    push: (ask) => call(ask, (value) => centre.push(value), true),
    pull: (ask) => call(ask, (value) => centre.pull(value), false),
  };
}
