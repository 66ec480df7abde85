/**
 * The PowerShell program that hands raw bytes to a Windows print queue: winspool's RAW documents, the way printer makers prescribe. It
 * needs no sharing of the printer and no native package of ours. First line of its input: the queue's name, second: the bytes, both in base64.
 */
export const WINSPOOL_PROGRAM = String.raw`
$ErrorActionPreference = 'Stop'
$name = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String([Console]::In.ReadLine()))
$bytes = [Convert]::FromBase64String([Console]::In.ReadLine())
Add-Type -TypeDefinition @'
using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
public static class RawPrinter {
  [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
  public class DocInfo { public string Name; public string Output; public string DataType; }
  [DllImport("winspool.drv", CharSet = CharSet.Unicode, SetLastError = true)]
  static extern bool OpenPrinterW(string name, out IntPtr printer, IntPtr defaults);
  [DllImport("winspool.drv", SetLastError = true)] static extern bool ClosePrinter(IntPtr printer);
  [DllImport("winspool.drv", CharSet = CharSet.Unicode, SetLastError = true)]
  static extern int StartDocPrinterW(IntPtr printer, int level, [In] DocInfo info);
  [DllImport("winspool.drv", SetLastError = true)] static extern bool EndDocPrinter(IntPtr printer);
  [DllImport("winspool.drv", SetLastError = true)] static extern bool StartPagePrinter(IntPtr printer);
  [DllImport("winspool.drv", SetLastError = true)] static extern bool EndPagePrinter(IntPtr printer);
  [DllImport("winspool.drv", SetLastError = true)]
  static extern bool WritePrinter(IntPtr printer, byte[] bytes, int count, out int written);
  static void Check(bool ok) { if (!ok) throw new Win32Exception(Marshal.GetLastWin32Error()); }
  public static void Send(string name, byte[] bytes) {
    IntPtr printer;
    Check(OpenPrinterW(name, out printer, IntPtr.Zero));
    try {
      Check(StartDocPrinterW(printer, 1, new DocInfo { Name = "Rep-Drill", DataType = "RAW" }) != 0);
      try {
        Check(StartPagePrinter(printer));
        int written;
        Check(WritePrinter(printer, bytes, bytes.Length, out written));
        if (written != bytes.Length) throw new Exception("short write");
        Check(EndPagePrinter(printer));
      } finally { EndDocPrinter(printer); }
    } finally { ClosePrinter(printer); }
  }
}
'@
try { [RawPrinter]::Send($name, $bytes) }
catch { [Console]::Error.WriteLine($_.Exception.GetBaseException().Message); exit 1 }
`;
