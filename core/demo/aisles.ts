/** The catalogue arranged for drawing: by what it is, for which car, with the season of each month. */
import type { DemoProduct } from './catalogue.ts';
import type { DemoRandom } from './random.ts';

/** Draws one of its products, each as likely as it sells in that month. */
export interface Wheel {
  draw(random: DemoRandom, month: number): DemoProduct | undefined;
}

export interface Aisles {
  /** Products of a category. */
  of(category: string): Wheel;
  /** Products of a category that are made for a car (as `carName` says it). */
  fitting(category: string, car: string): Wheel;
  /** Engine oils in cans by their grade. */
  motorOil(viscosity: string, isDiesel: boolean): Wheel;
  /** Engine oils in cans of any grade. */
  readonly anyMotorOil: Wheel;
  /** By the litre, from the drum. */
  readonly bulk: Wheel;
  service(name: string): DemoProduct | undefined;
}

/** Arranges what is on sale; the wheels of each month are made when they are first turned. */
export function aislesOf(products: readonly DemoProduct[]): Aisles {
  const onSale = products.filter(({ state }) => state === 'ACTIVE');
  const wheels = new Map<string, Wheel>();
  const services = new Map(onSale.filter(({ kind }) => kind === 'SERVICE').map((product) => [product.name, product]));
  const wheel = (key: string, fits: (product: DemoProduct) => boolean): Wheel => {
    let found = wheels.get(key);
    if (!found) {
      found = wheelOf(onSale.filter(fits));
      wheels.set(key, found);
    }
    return found;
  };
  const isCanned = ({ category, unit }: DemoProduct): boolean => category.startsWith('Motor ') && unit === 'UN';
  return {
    of: (category) => wheel(category, (product) => product.category === category && product.unit === 'UN'),
    fitting: (category, car) =>
      wheel(`${category}|${car}`, (product) => product.category === category && product.fits === car),
    motorOil: (viscosity, isDiesel) =>
      wheel(
        `oil|${viscosity}|${String(isDiesel)}`,
        (product) =>
          isCanned(product) &&
          product.viscosity === viscosity &&
          // A diesel that takes a car's grade takes it from a car's can.
          (product.category === 'Motor diésel') === (isDiesel && viscosity === '15W-40'),
      ),
    anyMotorOil: wheel('oil', isCanned),
    bulk: wheel('bulk', ({ unit, category }) => unit === 'L' && category.startsWith('Motor ')),
    service: (name) => services.get(name),
  };
}

function wheelOf(products: readonly DemoProduct[]): Wheel {
  const months = new Map<number, { total: number; until: number[] }>();
  return {
    draw: (random, month) => {
      let turning = months.get(month);
      if (!turning) {
        turning = { total: 0, until: [] };
        for (const { weight, season } of products) {
          turning.total += weight * (season.includes(month) ? 2 : 1);
          turning.until.push(turning.total);
        }
        months.set(month, turning);
      }
      return products[firstAbove(turning.until, random.next() * turning.total)];
    },
  };
}

/** Index of the first step above the mark, by halves. */
function firstAbove(until: readonly number[], mark: number): number {
  let low = 0;
  let high = until.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((until[middle] ?? 0) > mark) high = middle;
    else low = middle + 1;
  }
  return low;
}
