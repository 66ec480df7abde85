/** Mantine in our colours: one accent, our radii, our font. The dark tuple is ours, for contrast. */
import { createTheme, type MantineColorsTuple } from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#e8f1f3',
  '#cfe3e8',
  '#9ec7d1',
  '#6ba9b8',
  '#3f8fa1',
  '#1f8094',
  '#0f6678',
  '#0d5868',
  '#0a4957',
  '#073944',
];
const dark: MantineColorsTuple = [
  '#eef2f6',
  '#cfd6de',
  '#a9b4c0',
  '#7f8b98',
  '#56616d',
  '#323c48',
  '#28313b',
  '#1c232c',
  '#141a21',
  '#0e1319',
];

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 6, dark: 5 },
  colors: { petrol, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace",
  defaultRadius: 4,
  respectReducedMotion: true,
  components: {
    Modal: { defaultProps: { transitionProps: { duration: 0 }, centered: true, radius: 8 } },
    Button: { defaultProps: { radius: 4 } },
  },
});
