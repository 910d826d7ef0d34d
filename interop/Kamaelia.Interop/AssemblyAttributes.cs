using System.Runtime.CompilerServices;

// Pointers, numbers and blittable structs only: what is declared is what is passed.
[assembly: DisableRuntimeMarshalling]
