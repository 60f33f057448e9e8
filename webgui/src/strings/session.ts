/** Sign-in, registration and passwords. */
export const session = {
  signIn: 'Sign in',
  email: 'E-mail',
  password: 'Password',
  newPassword: 'New password',
  noAccount: 'No account yet?',
  register: 'Register',
  forgot: 'Forgot the password?',
  withoutAccount: 'Open a result without an account',
  welcome: 'SNR, g-factor and noise-covariance maps from raw MRI data',
} as const;
