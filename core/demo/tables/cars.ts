/** The cars on the road here, with what they drink; the filters on the shelf and the customers' vehicles are of these. */

export type Fuel = 'petrol' | 'diesel';
export type Origin = 'japan' | 'korea' | 'europe' | 'america' | 'china';

export interface Car {
  make: string;
  model: string;
  /** Displacement in litres as it is said: `1.5`. */
  engine: string;
  fuel: Fuel;
  origin: Origin;
  /** Years in which it was sold new. */
  from: number;
  to: number;
  viscosity: string;
  /** Oil at a change with filter, thousandths of a litre. */
  oilMilli: number;
  isPickup: boolean;
  /** How many of them are about, 1 is ordinary. */
  pull: number;
}

type Row = readonly [
  make: string,
  model: string,
  engine: string,
  from: number,
  to: number,
  oil: string,
  litres: number,
  pull: number,
];

const PETROL: Readonly<Record<Origin, readonly Row[]>> = {
  japan: [
    ['Toyota', 'Yaris', '1.5', 2006, 2025, '5W-30', 3.7, 3],
    ['Toyota', 'Corolla', '1.8', 2008, 2025, '5W-30', 4.2, 1.4],
    ['Toyota', 'RAV4', '2.0', 2009, 2025, '0W-20', 4.2, 0.9],
    ['Suzuki', 'Swift', '1.2', 2011, 2025, '5W-30', 3.3, 2.2],
    ['Suzuki', 'Baleno', '1.4', 2016, 2025, '5W-30', 3.3, 1.6],
    ['Suzuki', 'Vitara', '1.6', 2015, 2025, '5W-30', 3.9, 1],
    ['Suzuki', 'Alto', '0.8', 2010, 2020, '5W-30', 2.8, 1],
    ['Nissan', 'Versa', '1.6', 2012, 2025, '5W-30', 3.4, 2],
    ['Nissan', 'Tiida', '1.6', 2007, 2017, '10W-40', 4.3, 1],
    ['Nissan', 'X-Trail', '2.5', 2008, 2025, '5W-30', 4.6, 0.9],
    ['Nissan', 'V16', '1.6', 1994, 2010, '20W-50', 3.2, 0.8],
    ['Mazda', '3', '2.0', 2009, 2025, '5W-30', 4.3, 1.6],
    ['Mazda', 'CX-5', '2.0', 2012, 2025, '5W-30', 4.3, 1.3],
    ['Honda', 'Civic', '1.8', 2006, 2021, '5W-30', 3.7, 0.6],
    ['Subaru', 'XV', '2.0', 2012, 2025, '0W-20', 4.8, 0.6],
    ['Mitsubishi', 'ASX', '2.0', 2011, 2023, '5W-30', 4.3, 0.6],
  ],
  korea: [
    ['Hyundai', 'Accent', '1.4', 2006, 2023, '5W-30', 3.3, 2.8],
    ['Hyundai', 'Tucson', '2.0', 2005, 2025, '5W-30', 4.1, 1.6],
    ['Hyundai', 'Grand i10', '1.2', 2014, 2025, '5W-30', 3.6, 1.6],
    ['Hyundai', 'Elantra', '1.6', 2007, 2023, '5W-30', 3.6, 1],
    ['Hyundai', 'Creta', '1.6', 2017, 2025, '5W-30', 3.6, 0.9],
    ['Kia', 'Morning', '1.2', 2008, 2025, '5W-30', 3.1, 2.6],
    ['Kia', 'Rio', '1.4', 2006, 2023, '5W-30', 3.3, 2.2],
    ['Kia', 'Cerato', '1.6', 2009, 2024, '5W-30', 3.6, 1.2],
    ['Kia', 'Sportage', '2.0', 2005, 2025, '5W-30', 4.1, 1.2],
    ['Kia', 'Soluto', '1.4', 2019, 2025, '5W-30', 3.3, 0.9],
  ],
  america: [
    ['Chevrolet', 'Sail', '1.4', 2011, 2023, '10W-40', 3.5, 2.6],
    ['Chevrolet', 'Spark', '1.2', 2006, 2021, '10W-40', 3.5, 2.2],
    ['Chevrolet', 'Aveo', '1.4', 2005, 2016, '10W-40', 4.5, 1],
    ['Chevrolet', 'Groove', '1.5', 2020, 2025, '5W-30', 4, 1],
    ['Ford', 'EcoSport', '1.6', 2004, 2021, '5W-30', 4.1, 0.6],
  ],
  europe: [
    ['Peugeot', '208', '1.2', 2013, 2025, '5W-30', 3.3, 0.9],
    ['Citroën', 'C3', '1.2', 2013, 2025, '5W-30', 3.3, 0.7],
    ['Renault', 'Symbol', '1.6', 2009, 2021, '10W-40', 4.8, 0.8],
    ['Volkswagen', 'Gol', '1.6', 2004, 2023, '5W-40', 3.6, 0.9],
    ['Volkswagen', 'Voyage', '1.6', 2009, 2023, '5W-40', 3.6, 0.6],
    ['Fiat', 'Mobi', '1.0', 2017, 2025, '5W-30', 2.8, 0.4],
  ],
  china: [
    ['MG', 'ZS', '1.5', 2018, 2025, '5W-30', 4, 1.1],
    ['MG', '3', '1.5', 2012, 2025, '5W-30', 4, 0.9],
    ['Chery', 'Tiggo 2', '1.5', 2017, 2025, '5W-30', 4.7, 1],
    ['JAC', 'S2', '1.5', 2017, 2024, '5W-30', 4, 0.7],
    ['Changan', 'CX70', '1.6', 2018, 2025, '5W-30', 3.8, 0.6],
  ],
};

const DIESEL: Readonly<Record<Origin, readonly Row[]>> = {
  japan: [
    ['Toyota', 'Hilux', '2.5', 2006, 2025, '15W-40', 6.9, 2.2],
    ['Nissan', 'NP300', '2.3', 2009, 2025, '15W-40', 6.9, 1.5],
    ['Nissan', 'Terrano', '2.5', 2003, 2016, '15W-40', 6.5, 0.7],
    ['Mitsubishi', 'L200', '2.4', 2007, 2025, '15W-40', 7, 2],
    ['Mazda', 'BT-50', '2.2', 2008, 2022, '15W-40', 8.5, 0.7],
  ],
  korea: [
    ['Hyundai', 'Porter', '2.5', 2006, 2025, '15W-40', 7.4, 1.4],
    ['Kia', 'Frontier', '2.5', 2006, 2025, '15W-40', 7.4, 1.2],
    ['Hyundai', 'Santa Fe', '2.2', 2007, 2024, '5W-30', 6.5, 0.8],
    ['SsangYong', 'Actyon Sports', '2.0', 2008, 2018, '5W-30', 6, 0.6],
  ],
  america: [
    ['Chevrolet', 'D-Max', '2.5', 2008, 2025, '15W-40', 6.5, 1.6],
    ['Ford', 'Ranger', '3.2', 2012, 2023, '5W-30', 9.8, 0.9],
  ],
  europe: [
    ['Peugeot', 'Partner', '1.6', 2009, 2025, '5W-30', 3.8, 1.1],
    ['Citroën', 'Berlingo', '1.6', 2009, 2025, '5W-30', 3.8, 1],
    ['Volkswagen', 'Amarok', '2.0', 2010, 2025, '5W-30', 7, 0.5],
  ],
  china: [
    ['Great Wall', 'Poer', '2.0', 2020, 2025, '5W-30', 6.5, 0.7],
    ['Maxus', 'T60', '2.8', 2017, 2025, '5W-30', 6.8, 0.7],
    ['JMC', 'Vigus', '2.4', 2015, 2023, '15W-40', 6.5, 0.4],
  ],
};

const PICKUPS = new Set('Hilux NP300 L200 BT-50 Porter Frontier D-Max Ranger Amarok Poer T60 Vigus'.split(' '));

function carsOf(fuel: Fuel, rows: Readonly<Record<Origin, readonly Row[]>>): Car[] {
  return (Object.keys(rows) as Origin[]).flatMap((origin) =>
    rows[origin].map(([make, model, engine, from, to, viscosity, litres, pull]) => ({
      ...{ make, model, engine, fuel, origin, from, to, viscosity, pull },
      oilMilli: Math.round(litres * 1000),
      isPickup: PICKUPS.has(model) || model === 'Actyon Sports',
    })),
  );
}

export const CARS: readonly Car[] = [...carsOf('petrol', PETROL), ...carsOf('diesel', DIESEL)];

/** How a car is named on the shelf: `Toyota Yaris 1.5`. */
export const carName = (car: Pick<Car, 'make' | 'model' | 'engine'>): string =>
  `${car.make} ${car.model} ${car.engine}`;
