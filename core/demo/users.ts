/** The people of the demonstration shop. Their secrets are shown on its sign-in page, and exist nowhere else. */
export const DEMO_USERS = [
  {
    role: 'employee',
    name: 'Camila Rojas',
    email: 'camila@demo.example.cl',
    password: 'demo-lubricentro-caja',
    pin: '258036',
  },
  {
    role: 'manager',
    name: 'Marcela Fuentes',
    email: 'marcela@demo.example.cl',
    password: 'demo-lubricentro-jefa',
    pin: '714093',
  },
  {
    role: 'admin',
    name: 'Olga Soto',
    email: 'olga@demo.example.cl',
    password: 'demo-lubricentro-duena',
    pin: '930571',
  },
];
