/** Names, streets and trades as they are common in Santiago; no person or firm is meant. */

const list = (text: string): readonly string[] => text.split('|');

export const FIRST_NAMES = list(
  'José|María|Juan|Camila|Luis|Francisca|Carlos|Daniela|Jorge|Valentina|Pedro|Constanza|Rodrigo|Javiera|Cristián|Paula|Felipe|Andrea|Matías|Carolina|Sebastián|Macarena|Héctor|Rosa|Ramón|Ñusta|Patricio|Claudia|Marcelo|Verónica|Manuel|Gabriela|Víctor|Ximena|Gonzalo|Soledad|Ignacio|Loreto|Hugo|Pamela|Eduardo|Bárbara|Óscar|Ingrid|Nicolás|Yasna|Fernando|Isidora|Raúl|Tamara|Álvaro|Cecilia',
);

export const LAST_NAMES = list(
  'González|Muñoz|Rojas|Díaz|Pérez|Soto|Contreras|Silva|Martínez|Sepúlveda|Morales|Rodríguez|López|Fuentes|Hernández|Torres|Araya|Flores|Espinoza|Valenzuela|Castillo|Tapia|Reyes|Gutiérrez|Castro|Pizarro|Álvarez|Vásquez|Sánchez|Fernández|Carrasco|Gómez|Cortés|Herrera|Núñez|Jara|Vergara|Rivera|Figueroa|Riquelme|García|Miranda|Bravo|Vera|Molina|Vega|Campos|Sandoval|Orellana|Zúñiga|Olivares|Peña|Ibáñez|Cárcamo|Huenchullán|Catrileo|Oyarzún|Saavedra|Yáñez|Leiva',
);

/** Comunas around a shop in Maipú, most customers from near. */
export const COMUNAS: readonly (readonly [name: string, weight: number])[] = [
  ['Maipú', 52],
  ['Cerrillos', 9],
  ['Pudahuel', 8],
  ['Estación Central', 8],
  ['Padre Hurtado', 6],
  ['San Bernardo', 4],
  ['Lo Prado', 3],
  ['Santiago', 3],
  ['Peñaflor', 2],
  ['Ñuñoa', 2],
  ['Quinta Normal', 2],
  ['Talagante', 1],
];

export const STREETS = list(
  'Av. Pajaritos|Av. 5 de Abril|Camino a Melipilla|Av. Américo Vespucio|Los Libertadores|El Rosal|Primera Transversal|Segunda Transversal|Av. Las Naciones|Chacabuco|Carmen|Monumento|Av. El Olimpo|Camino a Rinconada|Portales|Maipú|Ramón Freire|Av. Sur|Hermanos Carrera|Las Golondrinas|Los Aromos|Av. Lonquén|Pasaje Los Copihues|Pasaje Río Maule|Simón Bolívar|Blanco Encalada',
);

export const AVENUES = list(
  'Av. Presidente Eduardo Frei Montalva|Av. Américo Vespucio|Camino a Melipilla|Av. Vicuña Mackenna|Panamericana Norte|Av. Departamental|Av. Santa Rosa|Av. 10 de Julio|Av. Cerrillos|San Ignacio',
);

/** What a firm is called and what it does (its giro). */
export const COMPANY_KINDS: readonly (readonly [kind: string, giro: string])[] = [
  ['Transportes', 'Transporte de carga por carretera'],
  ['Constructora', 'Construcción de edificios y obras menores'],
  ['Distribuidora', 'Venta al por mayor de alimentos'],
  ['Comercial', 'Venta al por menor en almacenes'],
  ['Fletes y Mudanzas', 'Servicios de reparto y mudanza'],
  ['Panadería', 'Elaboración de pan'],
  ['Ferretería', 'Venta al por menor de ferretería'],
  ['Transporte Escolar', 'Transporte escolar'],
  ['Taller Mecánico', 'Mantención y reparación de vehículos'],
  ['Jardines y Riego', 'Mantención de jardines'],
  ['Servicios Eléctricos', 'Instalaciones eléctricas'],
  ['Maestranza', 'Fabricación de productos metálicos'],
];

/** Distributors by the index that `brandOf(...).supplier` gives: name, mail domain, comuna. */
export const SUPPLIERS: readonly (readonly [name: string, domain: string, comuna: string])[] = [
  ['Lubricantes del Pacífico SpA', 'lubricantespacifico', 'Quilicura'],
  ['Distribuidora Andes Lubricantes Ltda.', 'andeslubricantes', 'Pudahuel'],
  ['Filtros Chile S.A.', 'filtroschile', 'Santiago'],
  ['Importadora Automotriz Sur Ltda.', 'automotrizsur', 'San Miguel'],
  ['Repuestos Quilín SpA', 'repuestosquilin', 'Macul'],
  ['Baterías Nacionales S.A.', 'bateriasnacionales', 'Cerrillos'],
  ['Petrodistribución Central S.A.', 'petrocentral', 'Maipú'],
  ['Aditivos Técnicos Chile SpA', 'aditivostecnicos', 'Providencia'],
  ['Correas y Rodamientos Bandera Ltda.', 'correasbandera', 'Santiago'],
  ['Accesorios Express SpA', 'accesoriosexpress', 'Estación Central'],
  ['Iluminación Automotriz Norte Ltda.', 'iluminacionnorte', 'Conchalí'],
  ['Plumillas Austral SpA', 'plumillasaustral', 'Ñuñoa'],
];
