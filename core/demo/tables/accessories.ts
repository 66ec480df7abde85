/** The things at the counter and along the wall: car care, scents, safety, tools. */
import type { Shelf, ShelfRow } from './shelf.ts';

const SCENTS = ['Pino', 'Vainilla', 'Auto nuevo', 'Coco', 'Lavanda', 'Cherry', 'Ice'] as const;

const care: readonly ShelfRow[] = [
  ['Shampoo para autos 1 L', 4_990, "Simoniz, Sonax, Meguiar's, Genérico", 1.2],
  ['Shampoo con cera 1 L', 5_990, "Simoniz, Sonax, Meguiar's", 0.9],
  ['Cera en pasta 200 g', 6_990, "Simoniz, Sonax, Meguiar's", 0.7],
  ['Cera líquida 473 ml', 9_990, "Simoniz, Sonax, Meguiar's", 0.6],
  ['Renovador de plásticos 300 ml', 6_490, "Simoniz, Sonax, Meguiar's", 0.9],
  ['Silicona tablero spray 300 ml', 4_490, 'Simoniz, Sonax, Genérico', 1.2],
  ['Abrillantador de neumáticos 400 ml', 5_490, "Simoniz, Sonax, Meguiar's", 0.9],
  ['Limpia llantas 500 ml', 7_490, "Simoniz, Sonax, Meguiar's", 0.6],
  ['Limpia tapiz spray 500 ml', 6_490, "Simoniz, Sonax, Meguiar's", 0.7],
  ['Limpia vidrios 500 ml', 3_990, 'Simoniz, Sonax', 0.7],
  ['Pulimento 250 ml', 8_990, "3M, Simoniz, Meguiar's", 0.4],
  ['Restaurador de focos kit', 19_990, "3M, Meguiar's", 0.3],
  ['Desengrasante de motor 1 L', 5_490, 'Simoniz, Genérico', 0.8],
  ['Paño microfibra 40x40', 1_990, '3M, Simoniz, Genérico', 1.6],
  ['Paño microfibra pack 3', 4_990, '3M, Simoniz, Genérico', 0.9],
  ['Guante de lavado', 3_990, "Simoniz, Meguiar's, Genérico", 0.5],
  ['Esponja de lavado', 1_290, 'Simoniz, Genérico', 0.9],
  ['Gamuza sintética', 4_490, 'Simoniz, Genérico', 0.5],
  ['Huaipe 500 g', 1_990, 'Genérico', 1],
  ['Lavamanos mecánico 1 kg', 6_990, '3M, Simoniz, Genérico', 0.7],
];

const safety: readonly ShelfRow[] = [
  ['Triángulo de emergencia par', 8_990, 'Truper, Genérico', 0.6],
  ['Chaleco reflectante', 2_990, '3M, Truper, Genérico', 1.2],
  ['Extintor polvo químico 1 kg', 12_990, 'Genérico', 0.9],
  ['Extintor polvo químico 2 kg', 18_990, 'Genérico', 0.4],
  ['Botiquín reglamentario', 9_990, 'Genérico', 0.8],
  ['Kit de seguridad revisión técnica', 24_990, 'Genérico', 0.5],
  ['Guantes de nitrilo caja 100', 9_990, '3M, Truper, Genérico', 0.6],
  ['Antiparras', 3_490, '3M, Truper', 0.3],
  ['Mascarilla pack 10', 4_990, '3M, Genérico', 0.3],
  ['Cuña para rueda par', 7_990, 'Truper, Genérico', 0.3],
];

const tools: readonly ShelfRow[] = [
  ['Cable roba corriente 2 m', 9_990, 'Truper, Stanley, Genérico', 0.7],
  ['Cable roba corriente 3 m reforzado', 19_990, 'Truper, Stanley', 0.4],
  ['Gata botella 2 t', 16_990, 'Truper, Stanley, Genérico', 0.4],
  ['Gata botella 6 t', 27_990, 'Truper, Stanley', 0.2],
  ['Gata lagarto 2 t', 39_990, 'Truper, Stanley', 0.2],
  ['Llave de filtro correa', 6_990, 'Truper, Stanley, Genérico', 0.4],
  ['Llave de filtro tipo taza', 5_990, 'Truper, Stanley', 0.3],
  ['Llave de cruz', 9_990, 'Truper, Stanley, Genérico', 0.4],
  ['Juego de dados 40 piezas', 24_990, 'Truper, Stanley', 0.2],
  ['Embudo plástico', 1_490, 'Truper, Genérico', 0.8],
  ['Bidón combustible 5 L', 6_990, 'Truper, Genérico', 0.6],
  ['Bidón combustible 10 L', 9_990, 'Truper, Genérico', 0.5],
  ['Bandeja recolectora de aceite 8 L', 8_990, 'Truper, Genérico', 0.3],
  ['Engrasadora manual 500 g', 18_990, 'Truper, Stanley', 0.2],
  ['Manómetro de neumáticos', 4_990, 'Truper, Stanley, Genérico', 0.5],
  ['Inflador 12V', 22_990, 'Truper, Stanley, Genérico', 0.4],
  ['Medidor de aire digital', 9_990, 'Stanley, Genérico', 0.2],
  ['Linterna LED', 7_990, 'Truper, Stanley', 0.5],
  ['Cinta aisladora negra', 1_190, 'Truper, Genérico', 0.8],
  ['Abrazadera acero juego 10', 3_490, 'Truper, Genérico', 0.5],
  ['Fusibles surtidos 10 unidades', 1_990, 'Genérico', 1.2],
  ['Portapatente par', 4_990, 'Genérico', 0.5],
  ['Tapón de cárter M12', 1_990, 'Genérico', 0.9],
  ['Tapón de cárter M14', 1_990, 'Genérico', 1],
  ['Golilla de cárter M14 cobre', 490, 'Genérico', 2],
  ['Golilla de cárter M12 aluminio', 490, 'Genérico', 1.4],
  ['Cubre asiento desechable pack 20', 5_990, 'Genérico', 0.2],
  ['Piso de goma juego 4', 19_990, 'Genérico', 0.4],
  ['Soporte celular ventilación', 6_990, 'Genérico', 0.6],
  ['Cargador USB 12V doble', 5_990, 'Genérico', 0.8],
];

export const ACCESSORIES: readonly Shelf[] = [
  { category: 'Limpieza y cuidado', sort: 'care', margin: 0.42, season: [12, 1, 2, 9], rows: care, box: 12 },
  {
    category: 'Aromatizantes',
    sort: 'scent',
    margin: 0.5,
    box: 24,
    rows: [
      ...SCENTS.map((scent): ShelfRow => [`Aromatizante ${scent}`, 1_790, 'Little Trees', 1.3]),
      ...SCENTS.slice(0, 5).map((scent): ShelfRow => [`Aromatizante rejilla ${scent}`, 4_290, 'Glade', 0.7]),
      ...SCENTS.slice(1, 6).map((scent): ShelfRow => [`Aromatizante lata ${scent}`, 4_990, 'California Scents', 0.6]),
    ],
  },
  { category: 'Seguridad', sort: 'safety', margin: 0.42, season: [1, 2, 9], rows: safety },
  { category: 'Herramientas y otros', sort: 'tool', margin: 0.42, rows: tools },
];
